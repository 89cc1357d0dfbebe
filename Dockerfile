FROM python:3.11-slim

# TLS of the model client uses the system's trust store, which slim images lack.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app

COPY requirements/core.lock requirements/core.lock
RUN pip install --no-cache-dir --require-hashes -r requirements/core.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
COPY prompts prompts
COPY knowledge_base knowledge_base
COPY demo demo
COPY playbook playbook
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

RUN useradd --create-home journey
USER journey
WORKDIR /home/journey
ENV JOURNEY_HOME=/home/journey/.journey
VOLUME /home/journey/.journey
EXPOSE 8080

CMD ["journey", "serve", "--host", "0.0.0.0", "--port", "8080"]
