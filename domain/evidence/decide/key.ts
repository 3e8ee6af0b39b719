import { decider, refuse } from '../../kernel/decider.ts'
import type { Said, Written } from '../events.ts'

type KeyState = { publicKey?: string }

/** 证据公钥 — known by its fingerprint, published once: whoever holds a head of the book knows whose signature a bundle should bear. */
export const keyDecider = decider<KeyState, Said<'PublishEvidenceKey'>, Written<'EvidenceKeyPublished'>>()({
  needs: { PublishEvidenceKey: {} },
  initial: {},
  evolve: (_, { data: { publicKey } }) => ({ publicKey }),
  answers: {
    PublishEvidenceKey({ publicKey: before }, { publicKey }, { id }) {
      if (before !== undefined) return before === publicKey ? [] : refuse('another-evidence-key')
      return [{ type: 'EvidenceKeyPublished', data: { fingerprint: id, publicKey } }]
    },
  },
})
