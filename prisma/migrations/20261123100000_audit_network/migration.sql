-- DropIndex
DROP INDEX "users"."security_alert_kind_address_at_idx";

-- AlterTable
ALTER TABLE "users"."audit_entry" ADD COLUMN     "network" TEXT;

-- CreateIndex
CREATE INDEX "audit_entry_network_at_sequence_idx" ON "users"."audit_entry"("network", "at" DESC, "sequence" DESC);

-- As before, with the network that follows from each entry's address.
DROP FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[]);
CREATE FUNCTION "users"."seal_audit_arrivals"(arrivals bigint[], sequences bigint[], hashes bytea[], networks text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sealed bigint;
BEGIN
  WITH arrived AS (
    DELETE FROM users.audit_arrival a
    USING unnest(arrivals, sequences, hashes, networks) AS seal(id, sequence, hash, network)
    WHERE a.id = seal.id
    RETURNING seal.sequence, a.at, a.kind, a.actor, a.subject, a.session_id, a.address, a.user_agent, a.details, seal.hash, seal.network
  )
  INSERT INTO users.audit_entry (sequence, at, kind, actor, subject, session_id, address, user_agent, details, hash, network)
  SELECT * FROM arrived;
  GET DIAGNOSTICS sealed = ROW_COUNT;
  IF sealed <> cardinality(arrivals) THEN
    RAISE EXCEPTION '% of % arrivals were sealed', sealed, cardinality(arrivals);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[], text[]) TO "spyhop_users";
