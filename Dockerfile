# A small image: the program on Debian's bare runtime, as nobody in particular.
#
#   docker build -t beiku .
#   docker run -p 8080:8080 -v beiku:/data beiku                       # embedded database in the volume
#   docker run -p 8080:8080 -e BEIKU_DATABASE=postgres://… beiku       # a node on PostgreSQL
FROM rust:1.95-slim-bookworm AS build
# make and perl build the OpenSSL that speaks TLS to PostgreSQL, make the allocator too. Their versions are those of the image.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends make perl && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --features postgres-tls,jemalloc && cp target/dist/beiku /beiku && mkdir /data

# glibc and CA certificates; no shell, no package manager. 65532 is its user `nonroot`.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /beiku /usr/local/bin/beiku
COPY --from=build --chown=65532:65532 /data /data
WORKDIR /data
ENV BEIKU_LISTEN=0.0.0.0:8080 BEIKU_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
# Ask GET /readyz from outside: there is no shell in here to ask it with.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/beiku"]
CMD ["serve"]
