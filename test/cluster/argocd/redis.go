// The cache of Argo CD's parts: the Redis of its own tests, in memory, on the loopback address that is given. A Redis of the
// machine would be one more thing to install, and one that another program may use.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Its clock stands still unless it is moved: entries would never end.
	for range time.Tick(time.Second) {
		server.FastForward(time.Second)
	}
}
