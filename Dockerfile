# One image for all that runs: the command `tidings`, the flows, and the Prefect server of docker-compose.yml.
#
# To hold the base image by its content as well, ask for its digest once and write it behind the tag, in both FROM lines:
#   docker buildx imagetools inspect python:3.11.14-slim-bookworm     ->  python:3.11.14-slim-bookworm@sha256:...

FROM python:3.11.14-slim-bookworm AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

# Every file is held against its hash in the lock. Wheels only: nothing of a package runs while it is fetched.
COPY requirements.lock ./
RUN pip download --quiet --require-hashes --no-deps --only-binary :all: --dest wheels -r requirements.lock

# From here on no index is asked: what is there was checked above. The lock holds the tools of developers too; only what the program needs is installed, and the component that
# tells translations from news (32 MB, off unless settings.toml says otherwise): an image cannot have it added later. With a lake (docs/how-to/ducklake.md): meaning,lake, 130 MB more.
ARG EXTRAS=meaning
COPY pyproject.toml README.md LICENSE ./
COPY src src/
COPY flows flows/
COPY config config/
RUN python -m venv tools \
    && tools/bin/pip --isolated install --quiet --no-index --find-links wheels hatchling \
    && tools/bin/pip --isolated wheel --quiet --no-index --no-deps --no-build-isolation --wheel-dir built . \
    && python -m venv --without-pip /opt/tidings \
    && tools/bin/pip --isolated --python /opt/tidings/bin/python install --quiet \
        --no-index --find-links wheels --find-links built "tidings[$EXTRAS]"


FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Tidings" \
      org.opencontainers.image.description="Watch feeds for a few topics and be told only what is new, in the exact words of the source." \
      org.opencontainers.image.licenses="Apache-2.0"

# The root may be read-only: only /data and /tmp are written to.
ENV PATH=/opt/tidings/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    PREFECT_HOME=/tmp/prefect \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1 \
    TIDINGS_CONFIG=/config

RUN groupadd --gid 10001 tidings \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin tidings \
    && install --directory --owner 10001 --group 10001 --mode 0750 /data \
    && install --directory /config
COPY --from=build /opt/tidings /opt/tidings

USER 10001:10001
WORKDIR /data
VOLUME /data

# True for each use of the image; docker-compose.yml asks the server and the worker more.
HEALTHCHECK --interval=60s --timeout=5s CMD ["test", "-w", "/data"]

ENTRYPOINT ["tidings"]
CMD ["--help"]
