# One image for every process of ours; the command says which: worker/main.js, client/api/main.js, sandbox/savb/main.js …
FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node dev/run.mjs && rm -rf dist/test

FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:20-slim
ENV NODE_ENV=production
# Bounds the memory of each process: a worker stays below 350 MB.
ENV NODE_OPTIONS="--max-old-space-size=256 --max-semi-space-size=8"
WORKDIR /app
# The Temporal client verifies TLS with the system's certificates, which a slim image does not bring.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/package.json ./
RUN mkdir /data && chown node:node /data
USER node
CMD ["node", "dist/worker/main.js"]
