# One image for every process: the command says which mains it runs.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run build

FROM ${NODE_IMAGE} AS modules
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund --omit=dev --workspace @spyhop/scripts

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    ROUTER_SUPERGRAPH_FILE=/app/supergraph.graphql \
    ROUTER_CONFIG=/app/deploy/router.yaml \
    ROUTER_WEB_FOLDER=/app/web/dist \
    ROUTER_PERSISTED_MANIFEST=/app/web/persisted-operations.json
COPY --from=modules /app /app
COPY --from=build /app/platform/dist platform/dist
COPY --from=build /app/prisma/dist prisma/dist
COPY --from=build /app/router/dist router/dist
COPY --from=build /app/subgraphs/market/dist subgraphs/market/dist
COPY --from=build /app/subgraphs/analytics/dist subgraphs/analytics/dist
COPY --from=build /app/subgraphs/users/dist subgraphs/users/dist
COPY --from=build /app/subgraphs/whales/dist subgraphs/whales/dist
COPY --from=build /app/scripts/dist scripts/dist
COPY --from=build /app/web/dist web/dist
COPY --from=build /app/web/src/generated/persisted-operations.json web/persisted-operations.json
RUN mkdir -p /var/lib/spyhop && chown node:node /var/lib/spyhop
USER node
ENTRYPOINT ["/app/deploy/docker-entrypoint.sh"]
CMD ["scripts/dist/run.js", "@spyhop/router/main"]
