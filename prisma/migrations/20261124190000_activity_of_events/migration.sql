-- What is folded counts once, by its head, as lists show it; other members and what lists leave out have no band, or one below 0.
DELETE FROM "whales"."asset_activity";

INSERT INTO "whales"."asset_activity"
SELECT m."symbol", date_trunc('hour', m."time", 'UTC'), coalesce(sum(shown.usd), 0),
  coalesce(sum(shown.usd) FILTER (WHERE shown.direction = 'TO_EXCHANGE'), 0),
  coalesce(sum(shown.usd) FILTER (WHERE shown.direction = 'FROM_EXCHANGE'), 0), count(*)
FROM "whales"."asset_move" m
JOIN "whales"."transaction" t USING ("chain", "hash")
CROSS JOIN LATERAL (SELECT
  CASE WHEN m."is_fold" THEN t."listed_usd" ELSE m."usd" END AS usd,
  CASE WHEN m."is_fold" THEN t."listed_direction" ELSE m."direction" END AS direction
) AS shown
WHERE m."listed_band" >= 0 GROUP BY 1, 2;
