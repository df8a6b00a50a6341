package dev.mayfly.operator.image;

import dev.mayfly.api.v1alpha1.ImagePolicy;
import dev.mayfly.api.v1alpha1.ImagePolicyStatus;

/** A part of a policy's status. */
interface PolicyReport {

    /** Returns the status with this part updated. The given status may be the previous one. No I/O. */
    ImagePolicyStatus add(ImagePolicy policy, ImagePolicyStatus status);
}
