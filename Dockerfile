# Two stages: one that builds, and one with what runs: no compiler, no sources. BASE may be any Debian with Node 22 or newer.
ARG BASE=docker.io/library/node:22-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY . .
# Of better-sqlite3 only this machine's build and what loads it: not the sources of SQLite, nor builds for other systems.
RUN npm run --silent build \
  && npm prune --omit=dev --no-audit --no-fund --ignore-scripts \
  && cd node_modules/better-sqlite3 \
  && rm -rf deps src binding.gyp ../node-addon-api \
  && find prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete

FROM ${BASE}
RUN groupadd --system --gid 10001 tidemark \
  && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin tidemark \
  && install -d -o tidemark -g tidemark -m 0750 /data /etc/tidemark
COPY --from=build /app/package.json /app/CHANGELOG.md /app/LICENSE /app/README.md /app/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/migrations /app/migrations
COPY --from=build /app/src/manual /app/src/manual
COPY --from=build /app/dist /app/dist
RUN ln -s /app/dist/cli.js /usr/local/bin/tidemark && chmod 0755 /app/dist/cli.js
# One helper for memory less than there are processors, instead of always four: they give way to
# nobody, and while a page is read the daemon waits for them. And glibc gives memory back to the system
# instead of keeping some for each thread: 4 MB less.
ENV NODE_ENV=production NODE_OPTIONS=--v8-pool-size=0 MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 \
    TIDEMARK_CONFIG=/etc/tidemark/tidemark.yaml
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 9464
STOPSIGNAL SIGTERM
# The config says web.ops_listen: 0.0.0.0:9464; without it this says nothing good.
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tidemark"]
CMD ["run"]
