# Pages are compiled with Node, packages installed with pip; the image that runs holds neither tool's leavings.
FROM node:22-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY assets assets
RUN npm run build

FROM python:3.11-slim AS packages
COPY requirements-runtime.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-runtime.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BEAT_FILE=/tmp/celerybeat-schedule
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent good-lives
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=pages /app/static/built static/built
# The addresses are never used here: the settings only need to be able to read them.
RUN SECRET_KEY=unused FIELD_KEYS=unused-unused-unused-unused-unused TRUSTED_PROXIES=0 DATABASE_URL=postgres://a:b@c/d REDIS_URL=redis://c python manage.py collectstatic --noinput
USER good-lives
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["docker/start", "web"]
