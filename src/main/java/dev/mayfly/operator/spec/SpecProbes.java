package dev.mayfly.operator.spec;

import static java.util.Objects.requireNonNullElse;

import dev.mayfly.api.v1alpha1.ProbeSpec;
import dev.mayfly.api.v1alpha1.ProbeSpec.HttpGetAction;
import dev.mayfly.api.v1alpha1.WorkloadTemplate;
import dev.mayfly.api.v1alpha1.WorkloadTemplate.ContainerPort;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Probe.Header;
import dev.mayfly.core.model.Probe.Probes;
import dev.mayfly.operator.cluster.InvalidSpec;
import dev.mayfly.operator.cluster.Lists;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.time.Duration;
import java.util.Optional;

/** Reads probes, with Kubernetes' defaults. Named ports are resolved in {@code template.ports}. */
final class SpecProbes {
    private static final int MOST = 65_535;

    private SpecProbes() {}

    static Probes read(WorkloadTemplate template) {
        return new Probes(
                probe("startupProbe", template.startupProbe(), template),
                probe("readinessProbe", template.readinessProbe(), template),
                probe("livenessProbe", template.livenessProbe(), template));
    }

    /**
     * @param field name of the field, for messages
     * @param given null: none
     * @throws InvalidSpec if it names a port that the template lacks
     */
    static Optional<Probe> probe(String field, ProbeSpec given, WorkloadTemplate template) {
        return given == null
                ? Optional.empty()
                : Optional.of(new Probe(
                        check(field, given, template),
                        seconds(given.initialDelaySeconds(), 0),
                        seconds(given.periodSeconds(), 10),
                        seconds(given.timeoutSeconds(), 1),
                        requireNonNullElse(given.successThreshold(), 1),
                        requireNonNullElse(given.failureThreshold(), 3)));
    }

    private static Probe.Check check(String field, ProbeSpec given, WorkloadTemplate template) {
        if (given.exec() != null) {
            return new Probe.Exec(Lists.orEmpty(given.exec().command()));
        }
        if (given.tcpSocket() != null) {
            return new Probe.TcpSocket(port(field, given.tcpSocket().port(), template));
        }
        var get = given.httpGet();
        if (get == null) {
            throw new InvalidSpec(field + " has no handler: set one of exec, httpGet and tcpSocket");
        }
        var headers = Lists.orEmpty(get.httpHeaders()).stream()
                .map(header -> new Header(header.name(), header.value()))
                .toList();
        return new Probe.HttpGet(
                get.scheme() == HttpGetAction.Scheme.HTTPS,
                port(field, get.port(), template),
                requireNonNullElse(get.path(), "/"),
                headers);
    }

    private static int port(String field, IntOrString port, WorkloadTemplate template) {
        if (port != null && port.getIntVal() != null) {
            if (port.getIntVal() < 1 || port.getIntVal() > MOST) {
                throw new InvalidSpec(field + ": port " + port.getIntVal() + " is none of 1 to 65535");
            }
            return port.getIntVal();
        }
        var name = port == null ? "" : port.getStrVal();
        return Lists.orEmpty(template.ports()).stream()
                .filter(known -> name.equals(known.name()))
                .map(ContainerPort::containerPort)
                .findFirst()
                .orElseThrow(() -> new InvalidSpec(field + ": port '" + name
                        + "' is the name of none of template.ports: give a port that name, or write its number"));
    }

    private static Duration seconds(Integer given, int byDefault) {
        return Duration.ofSeconds(requireNonNullElse(given, byDefault));
    }
}
