module absent.invalid

go 1.25
