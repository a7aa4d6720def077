package catalog

import (
	"fmt"
	"time"
)

// Day counts the days since 1970-01-01, in UTC.
type Day int

// DayOf is the day of a time.
func DayOf(t time.Time) Day { return Day(t.Unix() / (24 * 60 * 60)) }

func (d Day) time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String is the day as YYYY-MM-DD.
func (d Day) String() string { return d.time().Format(time.DateOnly) }

// Month is the month that the day is in.
func (d Day) Month() Month {
	t := d.time()
	return MonthOf(t.Year(), t.Month())
}

// Month counts the months since the year 0; the zero Month is not known.
type Month int

// MonthOf is the month of a year.
func MonthOf(year int, month time.Month) Month { return Month(12*year + int(month) - 1) }

// firstMonth is the first that a catalog can hold: January 2013, before anything was listed.
const firstMonth = Month(12 * 2013)

// beforeFirst is what the months of a catalog file are counted from.
const beforeFirst = firstMonth - 1

// String is the month as YYYY-MM.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }
