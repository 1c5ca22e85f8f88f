"""Deadlines of a server, and the calendars that show them: Discord's events, and iCalendar."""
