package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// reach says who can reach an address. It decides whether an attacker gains anything by making this
// machine connect to it.
type reach uint8

const (
	public  reach = iota // everybody
	private              // only this machine or its network
	never                // never contacted: such addresses may serve this machine's own credentials
)

// special lists the addresses that are not public. If two prefixes contain an address, the first one counts.
var special = []struct {
	prefix netip.Prefix
	reach  reach
}{
	{netip.MustParsePrefix("169.254.0.0/16"), never},     // link-local, where clouds serve instance metadata
	{netip.MustParsePrefix("fe80::/10"), never},          // link-local
	{netip.MustParsePrefix("fd00:ec2::254/128"), never},  // Amazon's instance metadata
	{netip.MustParsePrefix("fd20:ce::254/128"), never},   // Google's instance metadata
	{netip.MustParsePrefix("100.100.100.200/32"), never}, // Alibaba's instance metadata
	{netip.MustParsePrefix("192.0.0.192/32"), never},     // Oracle's instance metadata, on old instances
	{netip.MustParsePrefix("168.63.129.16/32"), never},   // Azure's host
	{netip.MustParsePrefix("0.0.0.0/8"), private},        // this host
	{netip.MustParsePrefix("10.0.0.0/8"), private},
	{netip.MustParsePrefix("100.64.0.0/10"), private}, // carrier-grade NAT, also used inside clouds
	{netip.MustParsePrefix("127.0.0.0/8"), private},
	{netip.MustParsePrefix("172.16.0.0/12"), private},
	{netip.MustParsePrefix("192.0.0.0/24"), private},
	{netip.MustParsePrefix("192.168.0.0/16"), private},
	{netip.MustParsePrefix("198.18.0.0/15"), private}, // benchmarks
	{netip.MustParsePrefix("224.0.0.0/3"), private},   // multicast, reserved, broadcast
	{netip.MustParsePrefix("::/127"), private},        // this host, loopback
	{netip.MustParsePrefix("64:ff9b:1::/48"), private},
	{netip.MustParsePrefix("2001::/32"), private}, // Teredo
	{netip.MustParsePrefix("fc00::/7"), private},
	{netip.MustParsePrefix("fec0::/10"), private},
	{netip.MustParsePrefix("ff00::/8"), private},
}

// translated lists the prefixes that embed an IPv4 address, and the byte at which it begins.
var translated = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12}, // translated
	{netip.MustParsePrefix("::/96"), 12},           // compatible
	{netip.MustParsePrefix("64:ff9b::/96"), 12},    // NAT64
	{netip.MustParsePrefix("2002::/16"), 2},        // 6to4
}

// reachOf returns who can reach an address.
func reachOf(a netip.Addr) reach {
	a = a.Unmap().WithZone("")
	for _, s := range special {
		if s.prefix.Contains(a) {
			return s.reach
		}
	}
	if !a.Is6() {
		return public
	}
	bytes := a.As16()
	for _, t := range translated {
		if t.prefix.Contains(a) {
			return reachOf(netip.AddrFrom4([4]byte(bytes[t.at : t.at+4])))
		}
	}
	return public
}

// isPrivate reports whether a host is an address that is not public.
func isPrivate(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		// Some resolvers accept 127.1, 0x7f.1 and 2130706433 as addresses.
		return host != "" && strings.Trim(host, "0123456789.xabcdefABCDEF") == "" && strings.ContainsAny(host[len(host)-1:], "0123456789")
	}
	return reachOf(a) != public
}

// isNever reports whether a host is an address that is never contacted.
func isNever(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && reachOf(a) == never
}

var (
	// errPrivate is returned when a name given by a public host resolves to a private address.
	errPrivate = errors.New("a private address that a public host resolves to")
	// errNever is returned for an address that is never contacted.
	errNever = errors.New("an address that is never contacted")
)

// dialFunc opens a connection.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialer connects only to addresses whose reach is at most most. It checks the resolved address that is
// dialed, since resolving a name twice can give different answers.
func dialer(given dialFunc, limit reach) dialFunc {
	if given == nil {
		return netDialer(limit).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := given(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if err := judge(conn.RemoteAddr().String(), limit); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return conn, nil
	}
}

// netDialer returns the network's dialer.
func netDialer(limit reach) *net.Dialer {
	return &net.Dialer{Timeout: dialTimeout, Control: func(_, address string, _ syscall.RawConn) error { return judge(address, limit) }}
}

// judge returns an error for an address whose reach is above most.
func judge(address string, limit reach) error {
	switch r := reachOfConn(address); {
	case r <= limit:
		return nil
	case r == never:
		return errNever
	}
	return errPrivate
}

// reachOfConn returns who can reach the remote end of a connection. Anything but address and port is not
// public.
func reachOfConn(address string) reach {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return private
	}
	return reachOf(a.Addr())
}
