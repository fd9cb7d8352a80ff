"""What every feature stands on and nothing of Flask: database, unit of work, errors, clock, ids, outbox."""
