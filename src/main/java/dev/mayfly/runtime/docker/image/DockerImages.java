package dev.mayfly.runtime.docker.image;

import dev.mayfly.runtime.ImageContents;
import dev.mayfly.runtime.ImageEngine;
import dev.mayfly.runtime.ImageGate;
import dev.mayfly.runtime.ImagePulls;
import dev.mayfly.runtime.ImageStore;
import dev.mayfly.runtime.Images;

/** The images of one Docker Engine. */
public record DockerImages(LocalImages local, ImageContents contents, ImageStore store, AdmittedImages admitted)
        implements ImageEngine {

    @Override
    public Images images() {
        return local;
    }

    @Override
    public ImagePulls pulls() {
        return local;
    }

    @Override
    public void gate(ImageGate gate) {
        admitted.gate(gate);
    }
}
