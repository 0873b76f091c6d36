-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "analytics";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "market";

-- Apart from the tables they belong to, so that Prisma does not take partitions for models.
CREATE SCHEMA "market_partition";

-- CreateTable
CREATE TABLE "analytics"."close" (
    "symbol" TEXT NOT NULL,
    "interval" TEXT NOT NULL,
    "open_time" TIMESTAMPTZ(3) NOT NULL,
    "close" DECIMAL NOT NULL,

    CONSTRAINT "close_pkey" PRIMARY KEY ("symbol","interval","open_time")
);

-- CreateTable
CREATE TABLE "market"."asset" (
    "symbol" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "pair" TEXT NOT NULL,
    "coingecko_id" TEXT,
    "rank" INTEGER,
    "price_decimals" INTEGER NOT NULL,
    "circulating_supply" DECIMAL,
    "max_supply" DECIMAL,
    "market_cap" DECIMAL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "asset_pkey" PRIMARY KEY ("symbol")
);

-- CreateTable
CREATE TABLE "market"."candle" (
    "symbol" TEXT COLLATE "C" NOT NULL,
    "interval" TEXT COLLATE "C" NOT NULL,
    "open_time" TIMESTAMPTZ(3) NOT NULL,
    "open" DECIMAL NOT NULL,
    "high" DECIMAL NOT NULL,
    "low" DECIMAL NOT NULL,
    "close" DECIMAL NOT NULL,
    "volume" DECIMAL NOT NULL,
    "quote_volume" DECIMAL,
    "trades" INTEGER,
    "minutes" INTEGER,

    CONSTRAINT "candle_pkey" PRIMARY KEY ("symbol","interval","open_time")
) PARTITION BY RANGE ("open_time");

-- CreateIndex
CREATE UNIQUE INDEX "asset_pair_key" ON "market"."asset"("pair");
