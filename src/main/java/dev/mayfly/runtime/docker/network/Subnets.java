package dev.mayfly.runtime.docker.network;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.StreamSupport;

/** Subnets for networks of namespaces: /22, about as many addresses as a Linux bridge has ports (1,023). Pure. */
final class Subnets {
    private static final int PREFIX = 22;

    private Subnets() {}

    /**
     * The pool's /22 subnets that overlap no taken block, lowest first.
     *
     * @param pool CIDR block, /22 or larger
     * @param taken CIDR blocks of routes and other networks; IPv6 blocks are ignored
     */
    static Iterator<String> free(String pool, Collection<String> taken) {
        List<IPAddress> used = taken.stream()
                .map(IPAddressString::new)
                .filter(address -> address.isIPv4())
                .map(address -> address.getAddress().toPrefixBlock())
                .toList();
        var blocks = new IPAddressString(pool)
                .getAddress()
                .setPrefixLength(PREFIX, false)
                .toPrefixBlock()
                .prefixBlockIterator();
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(blocks, 0), false)
                .filter(block -> used.stream().noneMatch(other -> other.contains(block) || block.contains(other)))
                .map(Object::toString)
                .iterator();
    }
}
