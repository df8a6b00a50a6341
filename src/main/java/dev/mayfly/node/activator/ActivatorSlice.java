package dev.mayfly.node.activator;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.podspec.PodMetadata;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The EndpointSlice that leads a Service to the activator. The cluster merges it with those of the Pods. Functions of values. */
final class ActivatorSlice {
    /** Label of every EndpointSlice: the Service that it belongs to. */
    static final String SERVICE = "kubernetes.io/service-name";
    /** Label of every EndpointSlice: who writes it. The cluster's controller leaves those of others alone. */
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    static final String MAYFLY = "mayfly.dev";

    /** That it leads to: the activator. */
    static final int ENDPOINTS = 1;

    private ActivatorSlice() {}

    static String name(OwnerId owner) {
        return owner.name() + "-mayfly-activator";
    }

    /**
     * @param address where the activator listens
     * @param ports its port for each port of the Service, by the name of that one
     */
    static EndpointSlice of(OwnerId owner, String service, InetAddress address, Map<String, Integer> ports) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(owner.namespace())
                .withName(name(owner))
                .withLabels(Map.of(SERVICE, service, MANAGED_BY, MAYFLY, Ownership.OWNER_UID, owner.uid()))
                .withOwnerReferences(PodMetadata.owner(owner))
                .endMetadata()
                .withAddressType(address instanceof Inet4Address ? "IPv4" : "IPv6")
                .addNewEndpoint()
                .withAddresses(address.getHostAddress())
                .withNewConditions()
                .withReady(true)
                .withServing(true)
                .withTerminating(false)
                .endConditions()
                .endEndpoint()
                .withPorts(ports.entrySet().stream()
                        .map(port -> port(port.getKey(), port.getValue()))
                        .toList())
                .build();
    }

    /** Whose it is; names nobody if it was not written as here. */
    static OwnerId owner(EndpointSlice slice) {
        var metadata = slice.getMetadata();
        return metadata.getOwnerReferences().stream()
                .findFirst()
                .map(owner -> new OwnerId(owner.getKind(), metadata.getNamespace(), owner.getName(), owner.getUid()))
                .orElse(new OwnerId("", metadata.getNamespace(), "", ""));
    }

    private static EndpointPort port(String name, int port) {
        return new EndpointPortBuilder()
                .withName(name)
                .withPort(port)
                .withProtocol("TCP")
                .build();
    }

    /** True if both lead to the same place, whatever the API server added. */
    static boolean same(EndpointSlice one, EndpointSlice other) {
        return Objects.equals(one.getMetadata().getLabels(), other.getMetadata().getLabels())
                && Objects.equals(one.getAddressType(), other.getAddressType())
                && addresses(one).equals(addresses(other))
                && Objects.equals(one.getPorts(), other.getPorts());
    }

    private static List<String> addresses(EndpointSlice slice) {
        return Lists.orEmpty(slice.getEndpoints()).stream()
                .flatMap(endpoint -> endpoint.getAddresses().stream())
                .toList();
    }
}
