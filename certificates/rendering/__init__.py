from certificates.rendering.document import CertificateContent, CertificateRefused, RenderedCertificate, render

__all__ = ["CertificateContent", "CertificateRefused", "RenderedCertificate", "render"]
