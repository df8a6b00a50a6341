package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;

/** A part of what a policy's status tells. */
interface PolicyReport {

    /** The status so far, which may be the one of the last time, with this part brought up to date. No I/O. */
    ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status);
}
