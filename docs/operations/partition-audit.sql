-- Makes the record of acts a table of parts by time, on PostgreSQL, where it is not one yet. The portal stands still
-- meanwhile. As the owner of the tables:
--   psql --set=ON_ERROR_STOP=1 --set=next=2027-01-01 --set=after=2028-01-01 --file=docs/operations/partition-audit.sql DATABASE
-- All that is there becomes the first part, until `next`; the second ends at `after`. Afterwards `portal audit verify`,
-- and what `portal audit privileges ROLE` prints is run again, since the table is a new one.
BEGIN;
SET LOCAL statement_timeout = 0;
SET LOCAL TimeZone = 'UTC';
LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE;

ALTER TABLE audit_entry RENAME TO audit_entry_first;
ALTER TABLE audit_entry_first RENAME CONSTRAINT uq_audit_entry_chain_n TO uq_audit_entry_first_chain_n;
ALTER TABLE audit_entry_first DROP CONSTRAINT pk_audit_entry;
ALTER INDEX ix_audit_entry_at RENAME TO ix_audit_entry_first_at;
DROP TRIGGER audit_entry_only_added ON audit_entry_first;

CREATE TABLE audit_entry (LIKE audit_entry_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_entry_id_seq OWNED BY audit_entry.id;
-- The time has to be in every key. One place is not taken twice all the same: acts of a chain take turns at its head.
ALTER TABLE audit_entry ADD CONSTRAINT pk_audit_entry PRIMARY KEY (id, at);
ALTER TABLE audit_entry ADD CONSTRAINT uq_audit_entry_chain_n UNIQUE (chain, n, at);
CREATE INDEX ix_audit_entry_at ON audit_entry (at);

ALTER TABLE audit_entry ATTACH PARTITION audit_entry_first
  FOR VALUES FROM (MINVALUE) TO (:'next');
CREATE TABLE audit_entry_next PARTITION OF audit_entry
  FOR VALUES FROM (:'next') TO (:'after');
-- What nobody has made a part for finds a place here, so that no act is refused for it.
CREATE TABLE audit_entry_later PARTITION OF audit_entry DEFAULT;

CREATE TRIGGER audit_entry_only_added BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION record_only_added();
CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION record_only_added();
CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry_next
  FOR EACH STATEMENT EXECUTE FUNCTION record_only_added();
CREATE TRIGGER audit_entry_not_emptied BEFORE TRUNCATE ON audit_entry_later
  FOR EACH STATEMENT EXECUTE FUNCTION record_only_added();
COMMIT;
