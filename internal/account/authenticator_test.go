package account_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"testing"
)

// Flags of authenticator data (WebAuthn level 3, 6.1).
const (
	userPresent  = 0x01
	userVerified = 0x04
	backupable   = 0x08
	attested     = 0x40
)

// An authenticator is a device that keeps one passkey (ES256, no attestation).
type authenticator struct {
	t      *testing.T
	origin string
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
	flags  byte
}

func newAuthenticator(t *testing.T, origin string) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &authenticator{t: t, origin: origin, key: key, id: make([]byte, 32), flags: userPresent | userVerified}
	rand.Read(d.id)
	return d
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	UserVerification string `json:"userVerification"`
}

func (d *authenticator) read(options []byte) (a asked) {
	d.t.Helper()
	if err := json.Unmarshal(options, &a); err != nil || a.Challenge == "" {
		d.t.Fatalf("options %s: %v", options, err)
	}
	return a
}

func (d *authenticator) data(rpID string, flags byte) []byte {
	hash := sha256.Sum256([]byte(rpID))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), d.count)
}

func (d *authenticator) clientData(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func (d *authenticator) reply(response map[string]string) []byte {
	text, err := json.Marshal(map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key",
		"response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

// create answers navigator.credentials.create.
func (d *authenticator) create(options []byte) []byte {
	d.t.Helper()
	a := d.read(options)
	handle, err := base64.RawURLEncoding.DecodeString(a.User.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	d.handle = handle
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.t.Fatal(err)
	}
	cose := slices.Concat([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33], []byte{0x22, 0x58, 32}, point[33:])
	data := slices.Concat(d.data(a.RP.ID, d.flags|attested), make([]byte, 16), []byte{0, byte(len(d.id))}, d.id, cose)
	object := slices.Concat([]byte{0xa3, 0x63}, []byte("fmt"), []byte{0x64}, []byte("none"),
		[]byte{0x67}, []byte("attStmt"), []byte{0xa0, 0x68}, []byte("authData"), []byte{0x58, byte(len(data))}, data)
	return d.reply(map[string]string{
		"clientDataJSON":    b64(d.clientData("webauthn.create", a.Challenge)),
		"attestationObject": b64(object),
	})
}

// get answers navigator.credentials.get.
func (d *authenticator) get(options []byte) []byte {
	d.t.Helper()
	a := d.read(options)
	d.count++
	data, client := d.data(a.RPID, d.flags), d.clientData("webauthn.get", a.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(slices.Concat(data, hash[:]))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.reply(map[string]string{
		"clientDataJSON": b64(client), "authenticatorData": b64(data),
		"signature": b64(signature), "userHandle": b64(d.handle),
	})
}
