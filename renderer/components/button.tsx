import type { ButtonHTMLAttributes } from 'react';
import './button.css';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  tone?: 'plain' | 'primary' | 'danger' | 'quiet';
  large?: boolean;
};

export const Button = ({ tone = 'plain', large = false, className = '', ...rest }: Props) => (
  <button type="button" className={`button button-${tone} ${large ? 'button-large' : ''} ${className}`} {...rest} />
);
