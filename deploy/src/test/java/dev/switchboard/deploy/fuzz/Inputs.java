package dev.switchboard.deploy.fuzz;

import java.util.random.RandomGenerator;

/** A source of inputs: the same random numbers give the same input. */
interface Inputs {
  Input next(RandomGenerator random);
}
