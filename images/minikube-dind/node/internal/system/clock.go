package system

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const ticksPerSecond = 100 // USER_HZ, which is the same on all architectures that this runs on

// SinceStart returns the time since PID 1 of this container started.
func SinceStart() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/1/stat")
	if err != nil {
		return 0, err
	}
	uptime, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0, err
	}
	return age(string(stat), string(uptime))
}

// age returns uptime minus the start time in a line of /proc/PID/stat (field 22; the name before it may
// contain spaces and parentheses).
func age(stat, uptime string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const startTime = 22 - 3
	if len(fields) <= startTime {
		return 0, fmt.Errorf("cannot read the start time in %q", stat)
	}
	ticks, err := strconv.ParseInt(fields[startTime], 10, 64)
	if err != nil {
		return 0, err
	}
	up, _, _ := strings.Cut(uptime, " ")
	seconds, err := strconv.ParseFloat(up, 64)
	if err != nil {
		return 0, err
	}
	return time.Duration(seconds*1000)*time.Millisecond - time.Duration(ticks)*time.Second/ticksPerSecond, nil
}
