/** Of this build: told to the API server, to MCP peers and in the log. Equals the version of package.json (a unit test). */
export const VERSION_OF_BUILD = '0.1.0';
