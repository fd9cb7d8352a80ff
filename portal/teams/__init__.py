"""Who acts for an organisation: claims, teams and their roles, invitations, keys for programs."""
