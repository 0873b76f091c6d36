-- Signing in, and what mails lead to, come before it is known whose rows they need.
ALTER TABLE "users"."user" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."user"
  USING (id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."user" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."session" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."session"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."session" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."mail_link" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."mail_link"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."mail_link" USING (current_setting('spyhop.system', true) = 'on');

ALTER TABLE "users"."known_device" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "users"."known_device"
  USING (user_id = nullif(current_setting('spyhop.user_id', true), '')::uuid);
CREATE POLICY system ON "users"."known_device" USING (current_setting('spyhop.system', true) = 'on');
