# The program on a small system: git for commits, certificates for the dashboard, and a user without rights.
#
#   docker build -t scoresync .
#   docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" -e PLEXUS_API_KEY scoresync status
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --locked --release --bin scoresync

FROM alpine:3.22
RUN apk add --no-cache ca-certificates git && adduser -D -u 10001 scoresync
COPY --from=build /source/target/release/scoresync /usr/local/bin/scoresync
USER scoresync
WORKDIR /work
ENTRYPOINT ["scoresync"]
