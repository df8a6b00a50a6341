package dev.mayfly.node.registration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The address at which the API server reaches this host. */
public final class NodeAddress {
    /**
     * The engine's bridge: a cluster on this machine, in a container or not, reaches the host by it. It counts as down while
     * no container is attached, and is reached nevertheless.
     */
    private static final String BRIDGE = "docker0";
    /** Bridges of the engine's other networks, which go with their last container. */
    private static final String PASSING = "br-";

    private NodeAddress() {}

    /** An address of a network interface. */
    record Local(String networkInterface, InetAddress address) {}

    /**
     * The local address of connections to the API server, unless a better one is needed. Sends nothing.
     *
     * @param apiServer its URL
     * @throws IOException if there is no route to the API server
     */
    static InetAddress towards(URL apiServer) throws IOException {
        try (var socket = new DatagramSocket()) {
            var port = apiServer.getPort() < 0 ? apiServer.getDefaultPort() : apiServer.getPort();
            socket.connect(new InetSocketAddress(InetAddress.getByName(apiServer.getHost()), port));
            return choose(socket.getLocalAddress(), locals());
        } catch (UncheckedIOException noRoute) {
            throw noRoute.getCause();
        }
    }

    /**
     * @param towards the local address of connections to the API server
     * @param locals all addresses of this host
     */
    static InetAddress choose(InetAddress towards, List<Local> locals) {
        if (!towards.isLoopbackAddress()) {
            return towards;
        }
        var bridge = locals.stream().filter(local -> local.networkInterface().equals(BRIDGE));
        var others = locals.stream().filter(local -> !local.networkInterface().startsWith(PASSING));
        return Stream.concat(bridge, others)
                .map(Local::address)
                .filter(InetAddress::isSiteLocalAddress)
                .findFirst()
                .orElse(towards);
    }

    /** IPv4 first. */
    private static List<Local> locals() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(each -> Collections.list(each.getInetAddresses()).stream()
                        .map(address -> new Local(each.getName(), address)))
                .sorted((a, b) ->
                        Boolean.compare(b.address() instanceof Inet4Address, a.address() instanceof Inet4Address))
                .toList();
    }

    /** Without the scope that Java adds to some IPv6 addresses. */
    static String text(InetAddress address) {
        var text = address.getHostAddress();
        var scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** @throws IOException if the configured address is not an IP address, or there is no route to the API server */
    public static InetAddress of(Optional<String> configured, URL apiServer) throws IOException {
        return configured.isPresent() ? InetAddress.getByName(configured.get()) : towards(apiServer);
    }
}
