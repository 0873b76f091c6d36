-- AlterTable
ALTER TABLE "users"."user" ADD COLUMN     "locked_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "users"."audit_arrival" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" UUID,
    "subject" UUID,
    "session_id" UUID,
    "address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "audit_arrival_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users"."audit_entry" (
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" UUID,
    "subject" UUID,
    "session_id" UUID,
    "address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "users"."security_alert" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID,
    "address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "security_alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "user_created_at_id_idx" ON "users"."user"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_at_sequence_idx" ON "users"."audit_entry"("at" DESC, "sequence" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_actor_at_sequence_idx" ON "users"."audit_entry"("actor", "at" DESC, "sequence" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_subject_at_sequence_idx" ON "users"."audit_entry"("subject", "at" DESC, "sequence" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_kind_at_sequence_idx" ON "users"."audit_entry"("kind", "at" DESC, "sequence" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_address_at_sequence_idx" ON "users"."audit_entry"("address", "at" DESC, "sequence" DESC);

-- CreateIndex
CREATE INDEX "security_alert_user_id_id_idx" ON "users"."security_alert"("user_id", "id" DESC);

-- CreateIndex
CREATE INDEX "security_alert_kind_address_at_idx" ON "users"."security_alert"("kind", "address", "at" DESC);

-- AddForeignKey
ALTER TABLE "users"."security_alert" ADD CONSTRAINT "security_alert_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"."user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "users"."security_alert" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."security_alert"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."security_alert" USING (current_setting('spyhop.system', true) = 'on');

-- Whoever has the domain's role can add what has happened, and read; what is written stays as it is.
REVOKE UPDATE, DELETE, TRUNCATE ON "users"."audit_arrival" FROM "spyhop_users";
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "users"."audit_entry" FROM "spyhop_users";

-- For those whom privileges do not bind, like the tables' owner: they would have to mean it.
CREATE FUNCTION "users"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only: % of %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "users"."audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "users"."refuse_change"();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "users"."audit_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "users"."refuse_change"();
CREATE TRIGGER append_only BEFORE UPDATE ON "users"."audit_arrival"
  FOR EACH ROW EXECUTE FUNCTION "users"."refuse_change"();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON "users"."audit_arrival"
  FOR EACH STATEMENT EXECUTE FUNCTION "users"."refuse_change"();

-- The only way out of the arrivals leads into the chain: nothing that has happened can be dropped before it is sealed.
CREATE FUNCTION "users"."seal_audit_arrivals"(arrivals bigint[], sequences bigint[], hashes bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sealed bigint;
BEGIN
  WITH arrived AS (
    DELETE FROM users.audit_arrival a
    USING unnest(arrivals, sequences, hashes) AS seal(id, sequence, hash)
    WHERE a.id = seal.id
    RETURNING seal.sequence, a.at, a.kind, a.actor, a.subject, a.session_id, a.address, a.user_agent, a.details, seal.hash
  )
  INSERT INTO users.audit_entry (sequence, at, kind, actor, subject, session_id, address, user_agent, details, hash)
  SELECT * FROM arrived;
  GET DIAGNOSTICS sealed = ROW_COUNT;
  IF sealed <> cardinality(arrivals) THEN
    RAISE EXCEPTION '% of % arrivals were sealed', sealed, cardinality(arrivals);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "users"."seal_audit_arrivals"(bigint[], bigint[], bytea[]) TO "spyhop_users";
