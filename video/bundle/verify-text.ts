/** 核验说明 — for somebody with a shell, openssl 3 and coreutils, and nothing of the house. The indented lines are meant to be run as they stand. */
export const howToVerify = (name: string, count: number, clip: boolean) => `录像证据包核验说明
${name}

本包共 ${count} 件：manifest.json（清单）、manifest.sig（对清单的 Ed25519 签名）、signer.pem（签名公钥）、SHA256SUMS（各件的 SHA-256）、
本说明、verify.mjs（核验程序）${clip ? '、clip.mp4（派生的剪辑，不是原件）' : ''}，以及 segments/ 下的原始录像段，逐字节与摄像机送来的一致。

请勿轻信包内自带的公钥和程序：公钥的指纹须与平台另行公布的一致（平台网页、事件簿中的公布事实、见证人），
核验程序须取自平台的开源发布，或用下面的 openssl 与 sha256sum 逐步核验。

甲、用核验程序（Node 18 以上，不需安装任何别的东西；可直接核验未解开的 tar）
  node verify.mjs 包.tar --fingerprint 公布的指纹
  它另查录像段的哈希链、时段有无说不清的空缺、各事实在事件簿签名树头下的证明。退出码 0 相符，1 不符（并说明第一处不符），2 未能判定。

乙、只用 openssl（3.0 以上）与 sha256sum。先解包并进入本目录，把公布的指纹写入变量 FINGERPRINT，然后依次执行；每一步都须成功。
1. 公钥是不是平台的：
    test "$(openssl pkey -pubin -in signer.pem -outform DER | sha256sum | cut -c1-64)" = "$FINGERPRINT" && echo 指纹相符
2. 清单是不是它签的：
    openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in manifest.json -sigfile manifest.sig
3. 各件摘要表是不是清单所指的那一份：
    test "$(sha256sum SHA256SUMS | cut -c1-64)" = "$(grep -o '"sums":"[0-9a-f]*"' manifest.json | cut -d'"' -f4)" && echo 摘要表相符
4. 各件是否原样：
    sha256sum --strict -c SHA256SUMS
5. 以上各步看不出多放进来的文件，所以还要数一遍件数：
    test "$(find . ! -type d | wc -l)" -eq ${count} && echo 件数相符

清单是 RFC 8785 规范 JSON，其中：asked 为申请的时段、事由、申请人与批准人；covered 为有录像的时段；gaps 为无录像的时段及原因；
segments 为各段及其链；facts 为该时段内的办件事实；book 为这些事实的原文与它们在签名树头下的包含证明。时间一律为 UTC 毫秒或 UTC 时刻。
`
