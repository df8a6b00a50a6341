package dev.mayfly.api.v1alpha1;

/**
 * The fields that a runtime refuses, as CEL rules over a spec and as the sentences that say so. A spec that names no runtime passes;
 * the operator, which knows the default, says the same sentences then.
 */
public final class RuntimeRules {
    private static final String NOT_DOCKER = "!has(self.runtime) || self.runtime != 'Docker' || ";
    private static final String NOT_PODS = "!has(self.runtime) || self.runtime != 'Pods' || ";

    public static final String PLACEMENT = NOT_DOCKER
            + "(!has(self.template.nodeSelector) && !has(self.template.affinity) && !has(self.template.tolerations) &&"
            + " !has(self.template.topologySpreadConstraints) && !has(self.template.priorityClassName) &&"
            + " !has(self.template.serviceAccountName))";
    public static final String PLACEMENT_REFUSED =
            "nodeSelector, affinity, tolerations, topologySpreadConstraints, priorityClassName and serviceAccountName are for"
                    + " Pods, and runtime: Docker has one machine and no ServiceAccounts: remove them, or set runtime:"
                    + " Pods";

    public static final String AUDIT = NOT_PODS + "self.ephemerality.mode != 'Audit'";
    public static final String AUDIT_REFUSED =
            "ephemerality.mode: Audit reads the disk of the machine that replicas run on, which runtime: Pods does not: use"
                    + " Enforce or Off, or runtime: Docker";

    public static final String WRITABLE_LAYER = NOT_PODS + "!has(self.ephemerality.writableLayer)";
    public static final String WRITABLE_LAYER_REFUSED =
            "ephemerality.writableLayer is measured on the disk of the machine that replicas run on, which runtime: Pods does"
                    + " not read: remove it, or use runtime: Docker";

    public static final String NETWORK = NOT_PODS + "self.template.network == 'Namespace'";
    public static final String NETWORK_REFUSED =
            "network: None and network: Bridge are a Docker Engine's, and a Pod is always in the cluster's network: remove"
                    + " network and write a NetworkPolicy, or use runtime: Docker";

    public static final String DOCKER_VOLUME =
            NOT_PODS + "!has(self.template.volumes) || !self.template.volumes.exists(v, has(v.dockerVolume))";
    public static final String DOCKER_VOLUME_REFUSED =
            "a dockerVolume is on a Docker Engine, which runtime: Pods has not: use a persistentVolumeClaim, or runtime:"
                    + " Docker";

    public static final String STOP_SIGNAL =
            NOT_PODS + "!has(self.template.lifecycle) || !has(self.template.lifecycle.stopSignal)";
    public static final String STOP_SIGNAL_REFUSED =
            "lifecycle.stopSignal can't be given to Pods, which are stopped with the image's STOPSIGNAL: remove it, or use"
                    + " runtime: Docker";

    public static final String WARM = NOT_PODS + "!has(self.warm) || (self.warm.size == 0 && self.warm.onDemand == 0)";
    public static final String WARM_REFUSED =
            "warm replicas are frozen by a Docker Engine, and Pods can't be: remove warm, or use runtime: Docker";

    public static final String SCALE_TO_ZERO = NOT_PODS + "!has(self.scaleToZero)";
    public static final String SCALE_TO_ZERO_REFUSED =
            "scaleToZero counts the connections of containers on the operator's machine, and Pods are elsewhere: remove"
                    + " scaleToZero, or use runtime: Docker";

    private RuntimeRules() {}
}
