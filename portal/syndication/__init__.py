"""What other programs subscribe to or crawl: Atom feeds, calendars of deadlines, the sitemap, robots.txt."""
