# syntax=docker/dockerfile:1
FROM rust:1-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches outlive the layer, the binary must not stay in one.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin whatscrap \
 && cp target/release/whatscrap /usr/local/bin/

FROM debian:bookworm-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin whatscrap \
 && install -d -o whatscrap -g whatscrap -m 0700 /data
COPY --from=build /usr/local/bin/whatscrap /usr/local/bin/
USER 10001
ENV DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s CMD ["whatscrap", "healthcheck"]
ENTRYPOINT ["whatscrap"]
CMD ["serve"]
