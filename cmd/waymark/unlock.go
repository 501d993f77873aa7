package main

import (
	"errors"

	"github.com/waymark-care/waymark/internal/keys"
)

// unlockCmd hands the passphrase to a server that started sealed.
type unlockCmd struct{}

// Help is what "waymark unlock --help" adds.
func (unlockCmd) Help() string {
	return "A server that was not given what opens the safe starts sealed: it shows the public pages and nothing else. " +
		"This asks for the passphrase, without showing it, and hands it to the server through a socket in the data folder " +
		"that only you can reach. It can also be given on standard input."
}

// Run asks the running server whether it is sealed, and unlocks it if so.
func (unlockCmd) Run(c *call) error {
	state, err := askState(c.ctx, c.config)
	if err != nil {
		return err
	}
	if state != stateSealed {
		c.say("The server is unlocked already.")
		return nil
	}
	secret, err := mountedSecret(c.env)
	if err != nil {
		return err
	}
	if secret == nil {
		what := "Passphrase: "
		if safe, err := c.config.openSafe(); err == nil && safe.How() == keys.ByMounted {
			what = "Root key, which the machine should give: "
		}
		if secret, err = c.ask(what); err != nil {
			return err
		}
	}
	defer clear(secret)
	if err := sendUnlock(c.ctx, c.config, secret); err != nil {
		return err
	}
	if state, err = askState(c.ctx, c.config); err != nil {
		return err
	}
	if state == stateSealed {
		return errors.New("the server is still sealed: its log says why")
	}
	c.say("Unlocked.")
	return nil
}
