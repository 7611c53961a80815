# Three stages: the numeric core (Rust), the policy bundle (OPA, Go), and an image with Node and nothing to build with.
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-bookworm
ARG GO_IMAGE=docker.io/library/golang:1.26-bookworm

FROM ${GO_IMAGE} AS go

FROM ${RUST_IMAGE} AS build
COPY --from=go /usr/local/go /usr/local/go
COPY --from=docker.io/library/node:26.10.0-bookworm-slim /usr/local /usr/local/node
ENV PATH=/usr/local/node/bin:/usr/local/go/bin:${PATH}
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node test/verbs/bootstrap.mjs test/verbs/build.ts
RUN npm prune --omit=dev

FROM ${NODE_IMAGE}
WORKDIR /opt/code
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/operator ./operator
COPY --from=build /src/build ./build
USER 10001:10001
ENV NODE_ENV=production
EXPOSE 8080
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--disable-proto=throw", "operator/main.ts"]
