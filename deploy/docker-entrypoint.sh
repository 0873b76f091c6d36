#!/bin/sh
# Addresses that the environment does not name are those of docker-compose.yml, with its secrets.
set -eu
secrets=/run/spyhop
if [ -z "${DATABASE_URL:-}" ] && [ -r "$secrets/postgres" ]; then
  DATABASE_URL="postgresql://spyhop:$(cat "$secrets/postgres")@postgres:5432/spyhop"
  export DATABASE_URL
fi
if [ -z "${REDIS_URL:-}" ] && [ -r "$secrets/redis" ]; then
  REDIS_URL="redis://:$(cat "$secrets/redis")@redis:6379"
  export REDIS_URL
fi
# The heap as `npm start` sizes it: V8 would go by the whole machine.
exec node --max-semi-space-size=16 --heap-growing-percent=150 "$@"
