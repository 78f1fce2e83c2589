// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks at the interfaces that were asked for. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices.h"
#include "log.h"
#include "netlink.h"

/* IPv6 header, UDP header: what a reply needs besides its own bytes (IPv4 needs less). */
#define HEADERS_SIZE 48

static bool ask(int fd, unsigned long what, struct ifreq *request)
{
	if (!ioctl(fd, what, request))
		return true;
	log_error("can't ask about interface '%s': %s", request->ifr_name, strerror(errno));
	return false;
}

/* Both stay empty where the driver can't say: lo and some virtual devices. */
static void ask_ethtool(int fd, struct device *device, bool *strips_vlan)
{
	struct ethtool_drvinfo driver = { .cmd = ETHTOOL_GDRVINFO };
	struct ethtool_value flags = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq request = { 0 };

	memcpy(request.ifr_name, device->entry.name, IFNAMSIZ);
	request.ifr_data = (void *)&driver;
	if (!ioctl(fd, SIOCETHTOOL, &request))
		memcpy(device->driver, driver.driver, sizeof(device->driver) - 1);
	request.ifr_data = (void *)&flags;
	*strips_vlan = !ioctl(fd, SIOCETHTOOL, &request) && (flags.data & ETH_FLAG_RXVLAN);
}

/* Senders on the same host may leave a checksum to be finished by nobody. */
static bool partial_checksums(const struct device *device)
{
	static const char *const drivers[] = { "veth", "tun", "virtio_net" };

	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (!strcmp(device->driver, drivers[i]))
			return true;
	return device->entry.loopback;
}

static bool device_find(int fd, struct device *device, const char *name)
{
	struct ifreq request = { 0 };
	bool strips_vlan;

	*device = (struct device){ .ifindex = if_nametoindex(name), .link = -1 };
	if (!device->ifindex) {
		log_error("no interface '%s' here: 'ip link' lists them", name);
		return false;
	}
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	memcpy(device->entry.name, request.ifr_name, sizeof(device->entry.name));
	if (!ask(fd, SIOCGIFMTU, &request))
		return false;
	device->entry.mtu = request.ifr_mtu;
	if (!ask(fd, SIOCGIFFLAGS, &request))
		return false;
	device->entry.loopback = !!(request.ifr_flags & IFF_LOOPBACK);
	if (!(request.ifr_flags & IFF_UP))
		log_note("interface '%s' is down: 'ip link set %s up' brings it up", name, name);
	if (!ask(fd, SIOCGIFHWADDR, &request))
		return false;
	memcpy(device->entry.mac, request.ifr_hwaddr.sa_data, sizeof(device->entry.mac));
	ask_ethtool(fd, device, &strips_vlan);
	device->vlan_hidden = strips_vlan && netlink_vlan_devices(device->ifindex) > 0;
	device->entry.partial_ok = partial_checksums(device);
	return true;
}

/* XDP does not see a stripped VLAN tag, and would answer into the wrong VLAN. */
static bool check_vlan(struct device *device, enum tiers tiers)
{
	const char *name = device->entry.name;

	if (!device->want_xdp || !device->vlan_hidden)
		return true;
	if (tiers == TIERS_XDP) {
		log_error(
			"interface '%s' has VLAN devices and takes VLAN tags away before XDP sees "
			"them: 'ethtool -K %s rxvlan off' leaves them, or use --tiers tc",
			name, name);
		return false;
	}
	log_note("interface '%s' has VLAN devices and takes VLAN tags away before XDP sees them: "
		 "using tc only ('ethtool -K %s rxvlan off' allows XDP)",
		 name, name);
	device->want_xdp = false;
	return true;
}

static bool choose_tiers(struct device *device, enum tiers tiers)
{
	/* veth can't grow packets in XDP, and rebuilds each one for it: half as dear again. */
	bool no_gain = device->entry.loopback || !strcmp(device->driver, "veth");

	device->want_tc = tiers != TIERS_XDP;
	device->must_xdp = tiers == TIERS_XDP || tiers == TIERS_BOTH;
	device->want_xdp = device->must_xdp || (tiers == TIERS_AUTO && !no_gain);
	return check_vlan(device, tiers);
}

static bool check_mtu(const struct device *device, unsigned int max_udp_size)
{
	__u32 mtu = device->entry.mtu;

	if (max_udp_size + HEADERS_SIZE <= mtu)
		return true;
	log_error("--max-udp-size %u is over what interface '%s' can send: its MTU of %u leaves %d",
		  max_udp_size, device->entry.name, mtu, (int)mtu - HEADERS_SIZE);
	return false;
}

bool devices_find(struct devices *devices, const struct options *options)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool fine = fd >= 0;

	if (!fine)
		log_error("can't make a socket: %s", strerror(errno));
	devices->count = 0;
	for (size_t i = 0; fine && i < options->interfaces; i++) {
		struct device *device = &devices->device[devices->count++];

		fine = device_find(fd, device, options->interface[i]) &&
		       check_mtu(device, options->answer.max_udp_size) &&
		       choose_tiers(device, options->tiers);
	}
	if (fd >= 0)
		close(fd);
	return fine;
}
