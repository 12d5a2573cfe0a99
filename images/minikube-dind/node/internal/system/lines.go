package system

import "strings"

func lastLines(text string, n int) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" || n <= 0 {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-n):]
}
