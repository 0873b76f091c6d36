-- CreateTable
CREATE TABLE "whales"."exchange_print" (
    "id" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "symbol" TEXT NOT NULL,
    "exchange" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "price" DECIMAL NOT NULL,
    "amount" DECIMAL NOT NULL,
    "usd" DECIMAL NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "trades" INTEGER NOT NULL,
    "is_block" BOOLEAN NOT NULL,
    "kind" TEXT NOT NULL,
    "begun" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exchange_print_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exchange_print_position_key" ON "whales"."exchange_print"("position");

-- CreateIndex
CREATE INDEX "exchange_print_time_id_idx" ON "whales"."exchange_print"("time", "id");

-- CreateIndex
CREATE INDEX "exchange_print_symbol_time_id_idx" ON "whales"."exchange_print"("symbol", "time", "id");

-- CreateIndex
CREATE INDEX "exchange_print_begun_idx" ON "whales"."exchange_print"("begun");
