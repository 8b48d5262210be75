# syntax=docker/dockerfile:1
FROM rust:1-slim-bookworm AS build
# `--build-arg FEATURES=s3` for files in a bucket.
ARG FEATURES=
WORKDIR /src
COPY . .
# The caches outlive the layer, the binary must not stay in one.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin whatscrap --features "$FEATURES" \
 && cp target/release/whatscrap /usr/local/bin/

FROM debian:bookworm-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin whatscrap \
 && install -d -o whatscrap -g whatscrap -m 0700 /data /data/blobs
COPY --from=build /usr/local/bin/whatscrap /usr/local/bin/
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s CMD ["whatscrap", "healthcheck"]
ENTRYPOINT ["whatscrap"]
CMD ["serve"]
