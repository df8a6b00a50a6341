package dev.mayfly.runtime.pods;

import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * How replicas are run as Pods.
 *
 * @param cluster identity of this installation, stored in the Pods' labels: a valid label value
 * @param callTimeout a call to the API server, to a registry, or into a Pod that takes longer was not answered; above 0
 * @param maxConcurrency most calls at a time that create or delete Pods, 1 or more
 * @param capabilities what a replica that drops none may have, without the {@code CAP_} prefix
 * @param reachesPods true if the operator is in the network of the Pods, as in a Pod of its own. Otherwise the kubelet
 *     runs liveness probes over the network
 * @param checksImages true: the configuration of each image is read from its registry, and a VOLUME that nothing covers
 *     is refused; false: images are not read, so VOLUMEs are not known
 * @param acts asked before each request that changes a Pod: false if another operator leads, or may lead
 */
public record PodsSettings(
        String cluster,
        Duration callTimeout,
        int maxConcurrency,
        Set<String> capabilities,
        boolean reachesPods,
        boolean checksImages,
        BooleanSupplier acts) {}
