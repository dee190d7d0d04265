"""The data engine of life: sequences of sound with everything that a face does, to train motion on."""
