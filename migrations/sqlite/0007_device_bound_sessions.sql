-- The key of the device that a session is bound to, where its browser has registered one (Device Bound Session Credentials):
-- its public half, as JSON. It is set once. `device_proved_at` is the moment of the challenge that was answered last, so that
-- no proof counts twice.

ALTER TABLE sessions ADD COLUMN device_key       TEXT;
ALTER TABLE sessions ADD COLUMN device_proved_at INTEGER;
