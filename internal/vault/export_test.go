package vault

// CursorAgain reads a cursor and writes it again.
func CursorAgain(text string) (string, error) {
	c, err := readCursor(text)
	if err != nil {
		return "", err
	}
	return c.String(), nil
}
