"""Files from elsewhere: places, and caseloads. The same file twice changes nothing."""
