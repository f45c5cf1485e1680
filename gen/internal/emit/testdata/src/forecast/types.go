package weather

import (
	"context"
	"time"
)

// Unit is a unit of temperature.
type Unit string

// The units.
const (
	Celsius    Unit = "celsius"
	Fahrenheit Unit = "fahrenheit"
)

// Day is one day.
type Day struct {
	Date time.Time `json:"date"`
	High float64   `json:"high"`
	Note string    `json:"note,omitempty"`
}

// Report is a forecast.
type Report struct {
	City   string `json:"city"`
	Unit   Unit   `json:"unit"`
	hidden int
	Days   []Day          `json:"days"`
	By     map[string]int `json:"by,omitempty"`
	Prev   *Day           `json:"prev"`
}

// Forecast returns the weather forecast for a city.
func Forecast(_ context.Context, city string, days int, unit Unit, labels []string, _ *int) (Report, error) {
	r := Report{City: city, Unit: unit, hidden: len(labels)}
	for i := range days {
		r.Days = append(r.Days, Day{Date: time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC), High: float64(i)})
	}
	return r, nil
}
