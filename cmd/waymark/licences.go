package main

import "github.com/waymark-care/waymark/assets"

// licencesCmd prints the texts under which others let their work be part of this program.
// They travel in it, because nothing else does.
type licencesCmd struct{}

func (licencesCmd) Run(c *call) error {
	text, err := assets.Read("licences.txt")
	if err != nil {
		return err
	}
	_, err = c.out.Write(text)
	return err
}
