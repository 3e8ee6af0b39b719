import { setPriority } from 'node:os'

/** 让路 — what these tests do, and whatever they start, takes what others leave of the machine: those beside them measure time. */
setPriority(5)
