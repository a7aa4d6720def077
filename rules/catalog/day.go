package catalog

import (
	"fmt"
	"time"
)

// Day is a number of days since 1970-01-01, in UTC.
type Day int

// DayOf returns the day of t.
func DayOf(t time.Time) Day { return Day(t.Unix() / (24 * 60 * 60)) }

func (d Day) time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// String formats the day as YYYY-MM-DD.
func (d Day) String() string { return d.time().Format(time.DateOnly) }

// Month returns the month that contains the day.
func (d Day) Month() Month {
	t := d.time()
	return MonthOf(t.Year(), t.Month())
}

// Month is a number of months since the year 0. The zero Month means unknown.
type Month int

// MonthOf returns the month of a year.
func MonthOf(year int, month time.Month) Month { return Month(12*year + int(month) - 1) }

// firstMonth is the earliest month that a catalog can store: January 2013, before the first official image.
const firstMonth = Month(12 * 2013)

// beforeFirst is the month from which catalog files count.
const beforeFirst = firstMonth - 1

// String formats the month as YYYY-MM.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }
