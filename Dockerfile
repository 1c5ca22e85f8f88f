# Each RUN here is run by .ci/run as a plain command, too: keep them that plain.

FROM python:3.11-slim AS build
COPY requirements.txt .
RUN python -m venv /opt/assent
RUN /opt/assent/bin/python -m pip install --quiet --no-cache-dir --require-hashes --no-deps --only-binary :all: -r requirements.txt

FROM python:3.11-slim
COPY --from=build /opt/assent /opt/assent
WORKDIR /app
COPY bot bot
COPY cogs cogs
COPY migrations migrations
RUN /opt/assent/bin/python -m compileall -q bot cogs migrations
RUN useradd --system --uid 10001 assent
RUN mkdir /data
RUN chown assent /data

ENV PATH=/opt/assent/bin:$PATH PYTHONUNBUFFERED=1 DATABASE_PATH=/data/assent.db
VOLUME /data
USER assent
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
