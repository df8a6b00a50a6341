package dev.mayfly.node.activator;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.EphemeralWorkload;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.ContainerPort;
import dev.mayfly.core.model.OwnerId;
import dev.mayfly.operator.cluster.Lists;
import dev.mayfly.podspec.PodMetadata;
import dev.mayfly.runtime.Ownership;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The ports of a workload's Service, as the activator takes their connections. Functions of values. */
final class ServicePorts {
    private static final String TCP = "TCP";
    /** Of a Service: each takes one of the host's. */
    static final int MOST = 16;

    private ServicePorts() {}

    /** Why connections of a Service can't start replicas. The message says what to do. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * The port of a replica for each port of the Service, by its name, which is empty if it has none.
     *
     * @param service empty: there is none of that name
     * @throws Unusable if it does not select exactly the workload's Pods by their labels, or is not reached by an address
     *     and TCP, or has more than 16 ports: nobody may get connections of a Service that is not theirs
     */
    static SortedMap<String, Integer> of(
            EphemeralWorkload workload, OwnerId owner, String name, Optional<Service> service) throws Unusable {
        var found = service.map(Service::getSpec)
                .orElseThrow(() -> new Unusable("there is no Service " + name
                        + ": create it, or name another one in spec.scaleToZero.service"));
        checkSelector(workload, owner, name, found);
        if (found.getClusterIP() == null || found.getClusterIP().isEmpty() || "None".equals(found.getClusterIP())) {
            throw new Unusable(
                    "Service " + name + " has no cluster IP, so its clients connect to replicas directly: give it"
                            + " one, or remove spec.scaleToZero");
        }
        var given = Lists.orEmpty(found.getPorts());
        if (given.size() > MOST) {
            throw new Unusable(
                    "Service " + name + " has more than " + MOST + " ports, at which clients could wait for a replica:"
                            + " name a Service with fewer in spec.scaleToZero.service");
        }
        var ports = new TreeMap<String, Integer>();
        for (var port : given) {
            if (!TCP.equals(requireNonNullElse(port.getProtocol(), TCP))) {
                throw new Unusable(
                        "Service " + name + " has a port that is not TCP, whose packets can't wait for a replica:"
                                + " use another Service for it");
            }
            ports.put(requireNonNullElse(port.getName(), ""), target(workload, name, port));
        }
        return ports;
    }

    private static void checkSelector(EphemeralWorkload workload, OwnerId owner, String name, ServiceSpec service)
            throws Unusable {
        var labels = new HashMap<String, String>();
        var metadata = workload.getSpec().template().metadata();
        if (metadata != null && metadata.labels() != null) {
            labels.putAll(PodMetadata.labels(metadata.labels()));
        }
        labels.put(Ownership.PREFIX + "name", owner.name());
        labels.put(Ownership.OWNER_UID, owner.uid());
        var selector = requireNonNullElse(service.getSelector(), Map.<String, String>of());
        if (selector.isEmpty() || !labels.entrySet().containsAll(selector.entrySet())) {
            throw new Unusable("Service " + name + " does not select the workload's Pods: its selector must be among"
                    + " template.metadata.labels, or be mayfly.dev/name: " + owner.name());
        }
    }

    private static int target(EphemeralWorkload workload, String service, ServicePort port) throws Unusable {
        var target = requireNonNullElse(port.getTargetPort(), new IntOrString(port.getPort()));
        if (target.getIntVal() != null) {
            return target.getIntVal() == 0 ? port.getPort() : target.getIntVal();
        }
        List<ContainerPort> named = Lists.orEmpty(workload.getSpec().template().ports());
        return named.stream()
                .filter(one -> target.getStrVal().equals(one.name()))
                .findFirst()
                .orElseThrow(() -> new Unusable("targetPort " + target.getStrVal() + " of Service " + service
                        + " is the name of none of template.ports: give one of them that name, or write its number"))
                .containerPort();
    }
}
